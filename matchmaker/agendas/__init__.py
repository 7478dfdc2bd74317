"""Who is where when, for those who go: one's day, availability, calendars, moving a meeting by consent, print and spreadsheet."""
