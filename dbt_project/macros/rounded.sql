{#
An amount rounded to the decimals of its currency: two unless ISO 4217 says otherwise. Applied once, to the line of a
document, so that what is shown adds up to the totals of documents; shares of a total are differences of rounded running
sums. The currencies are those of `transactional/organization/currencies.py`; a test holds both against each other.
#}
{% macro rounded(amount, currency) -%}
round(
    {{ amount }},
    case
        when {{ currency }} in (
            'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF',
            'XOF', 'XPF'
        ) then 0
        when {{ currency }} in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
        when {{ currency }} in ('CLF', 'UYW') then 4
        else 2
    end
)
{%- endmacro %}
