-- What is taken back on the day of the order was cancelled, not returned. No column says so: a
-- credit note is matched with an order of the same amount, then a credited line with the same
-- goods at the same price, of one customer, first with first.
with invoice_amounts as (
    select
        InvoiceNo,
        customer_number,
        invoiced_at,
        is_credit,
        sum(quantity * unit_price) as amount
    from all_lines
    where customer_number is not null
    group by
        InvoiceNo,
        customer_number,
        invoiced_at,
        is_credit
),

invoices_in_turn as (
    select
        InvoiceNo,
        invoiced_at,
        is_credit,
        (customer_number, cast(invoiced_at as date), abs(amount)) as money,
        row_number() over (
            partition by customer_number, cast(invoiced_at as date), abs(amount), is_credit
            order by
                invoiced_at,
                InvoiceNo
        ) as nth
    from invoice_amounts
    where amount <> 0
),

cancelled_invoices as (
    select unnest([ordered.InvoiceNo, credited.InvoiceNo]) as InvoiceNo
    from invoices_in_turn as ordered
    inner join invoices_in_turn as credited using (money, nth)
    where not ordered.is_credit and credited.is_credit and ordered.invoiced_at <= credited.invoiced_at
),

lines_in_turn as (
    select
        InvoiceNo,
        line,
        invoiced_at,
        is_credit,
        (customer_number, cast(invoiced_at as date), StockCode, abs(quantity), unit_price) as goods,
        row_number() over (
            partition by customer_number, cast(invoiced_at as date), StockCode, abs(quantity), unit_price, is_credit
            order by
                invoiced_at,
                InvoiceNo,
                line
        ) as nth
    from all_lines
    anti join cancelled_invoices using (InvoiceNo)
    where customer_number is not null and unit_price > 0
)

select
    InvoiceNo,
    line
from all_lines
inner join cancelled_invoices using (InvoiceNo)
union
select
    unnest([ordered.InvoiceNo, credited.InvoiceNo]) as InvoiceNo,
    unnest([ordered.line, credited.line]) as line
from lines_in_turn as ordered
inner join lines_in_turn as credited using (goods, nth)
where not ordered.is_credit and credited.is_credit and ordered.invoiced_at <= credited.invoiced_at
