"""What people are asked, who answers and signs, and the record of it, to which rows are only ever added."""
