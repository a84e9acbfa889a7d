"""Companies that belong together: parent and branch, partners."""
