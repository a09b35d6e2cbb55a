"""Words: terms and units in two languages, scenarios in words, pages made from the code."""
