"""Hold the words that two or more chapters of the page use."""

CHOOSE_A_LOSS = "Choose at least one loss."
SETTINGS = "Settings"
TABLE_UPDATES = "The table updates when you release the mouse."
