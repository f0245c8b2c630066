-- One line per fault: how often, since when, and a request that met it.
SELECT
    regexp_extract(traceback, '([^\n]+)\s*$', 1) AS fault,
    count(*) AS times,
    min("time") AS since,
    max("time") AS latest,
    any_value(request_id) AS one_of_them
FROM read_json_auto('service.log')
WHERE event = 'log' AND traceback IS NOT NULL
GROUP BY fault
ORDER BY since DESC
