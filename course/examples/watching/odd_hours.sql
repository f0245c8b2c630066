-- Hours whose mean score is more than three standard deviations from the same hour of the days before.
WITH hours AS (
  SELECT dt, hour(time) AS hour, avg(prediction) AS score, count(*) AS answers
  FROM predictions
  WHERE dt BETWEEN '2026-11-10' AND '2026-11-24'
  GROUP BY dt, hour(time)
),
usual AS (
  SELECT hour, avg(score) AS mean, stddev_samp(score) AS spread
  FROM hours
  WHERE dt < '2026-11-24'
  GROUP BY hour
)
SELECT hours.hour, hours.score, usual.mean, hours.answers
FROM hours JOIN usual ON usual.hour = hours.hour
WHERE hours.dt = '2026-11-24'
  AND hours.answers >= 100
  AND abs(hours.score - usual.mean) > 3 * usual.spread
ORDER BY hours.hour
