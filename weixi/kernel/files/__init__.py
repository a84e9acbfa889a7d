"""Files people bring: kept under WEIXI_HOME/files by generated names, told apart by content, served safely.

`store` keeps and finds them, `kinds` says what a content is (or refuses it), `images` takes the place and the
device out of pictures, `serving` answers with one, `receiving` ends an upload that is too large.
"""
