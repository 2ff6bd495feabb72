import openpyxl


def workbook(path, **sheets):
    """Write an Excel workbook: the rows of each sheet under its name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
