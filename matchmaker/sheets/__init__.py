"""The sheets: what product cards and demand sheets share. Rules of single values, columns of spreadsheets, imports."""
