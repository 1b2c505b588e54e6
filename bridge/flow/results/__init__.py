"""What came of what: figures by day, and what people read of them on pages, in files and by mail."""
