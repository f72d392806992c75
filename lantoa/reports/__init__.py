"""The office's report of a period: the same figures as a document, a workbook, a web page or a PDF."""
