"""The pack that finance takes every month: workbook, statements, showback, ledger and journal of one payer's bill."""
