"""The office's report of a period, with the same figures as a Word document, a workbook, a web page or a PDF."""
