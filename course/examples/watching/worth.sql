-- Of what each version answered: how much was told back, how much was liked, what the likes were worth.
SELECT p.model_version,
       count(*)                                            AS answers,
       count(f.request_id) / cast(count(*) AS double)      AS engagement,
       avg(cast(f.label AS double))                        AS conversion,
       1000 * 0.02E0 * sum(f.label) / count(*)             AS dollars_per_thousand
FROM predictions p
-- Whoever tells twice is counted once.
LEFT JOIN (SELECT request_id, item, max(label) AS label FROM feedback GROUP BY request_id, item) f
  ON f.request_id = p.request_id AND f.item = p.item
WHERE p.dt = '2026-11-24'
GROUP BY p.model_version
ORDER BY p.model_version
