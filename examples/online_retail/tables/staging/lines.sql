select
    all_lines.*,
    cancelled_lines.line is not null as is_cancelled
from all_lines
left join cancelled_lines using (InvoiceNo, line)
