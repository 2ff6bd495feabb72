select
    InvoiceNo,
    -- 43 invoices were typed over a minute's end; an order has one moment.
    cast(min(InvoiceDate) over (partition by InvoiceNo) as timestamptz) as invoiced_at,
    -- Some lines are there twice or more, in every column. They may well be pieces scanned
    -- one by one, so all are kept; which of two equal lines comes first makes no difference.
    row_number() over (
        partition by InvoiceNo
        order by
            StockCode,
            Quantity,
            UnitPrice,
            InvoiceDate
    ) as line,
    StockCode,
    cast(Quantity as bigint) as quantity,
    cast(UnitPrice as decimal(18, 3)) as unit_price,
    cast(CustomerID as bigint) as customer_number,
    Country,
    starts_with(InvoiceNo, 'C') as is_credit,
    case
        when UnitPrice = 0 then 'free goods'
        when StockCode in ('POST', 'DOT', 'C2') then 'postage'
        when StockCode = 'D' then 'discount'
        when StockCode in ('M', 'm') then 'manual'
        when StockCode = 'S' then 'sample'
        when StockCode = 'CRUK' then 'commission'
        when StockCode = 'BANK CHARGES' then 'bank charges'
        when starts_with(StockCode, 'gift_') then 'voucher'
        else 'goods'
    end as category,
    -- Lines of the firm with itself: no customer has a part in them.
    case
        when CustomerID is not null then null
        when StockCode = 'B' then 'bad debt'
        when StockCode in ('AMAZONFEE', 'BANK CHARGES') then 'fee'
        when UnitPrice = 0 then 'stock movement'
    end as own_books
from invoice_lines
