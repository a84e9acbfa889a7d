"""A customer on paper: the registration form (A-2), the record card (A-13) and the important-customer card (A-9).

`content` says what stands on each, as the viewer sees it; the page, the PDF (`pdf`) and the Word file (`word`)
show the same.
"""
