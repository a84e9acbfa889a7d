"""The list by groups: how many customers of each grade, owner, region …, and what they add up to."""
