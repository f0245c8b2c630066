-- Does the score drift? Per day: the mean score, and the share of predictions that said "likes it".
SELECT
  dt,
  avg(score) AS mean_score,
-- BEGIN SOLUTION 5
-- TODO 5: this column shows 0 on every day. It must hold the share, to four digits at least.
  sum(liked) / count(*) AS like_share
-- END SOLUTION
FROM predictions
GROUP BY dt
ORDER BY dt
