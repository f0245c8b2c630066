"""What the brief promises of the service and asks of the files: names, sizes, times."""

from __future__ import annotations

ACCOUNT, REGION = "123456789012", "us-east-1"
LISTENS = 8000
READY, LIVE = "/health/ready", "/health/live"
# What users ask.
METHOD, PREDICT = "POST", "/predict"
# What the two paths answer: asked while the model is loaded, and while it is loading.
OK, LOADING, NOT_THERE = 200, 503, 404
FIRST_ANSWER = 90
MOST_GRACE = 600
CPU, MEMORY = 500, 900
SMALLEST = (512, 1024)
GROUP = "/ecs/movie-service"
TASKS, MOST_TASKS = 3, 12
CPU_TARGET, REQUESTS_TARGET = (40, 80), (100, 500)
# Seconds after which the next task may go, or come; 300 when nothing is said.
MOST_COOLDOWN = 3600
KEY = "PSEUDONYM_KEY"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:movie/pseudonym-key-a1B2c3"
REPOSITORY_URI = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/movie-service"
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/movie-service"
# A stream's name begins with the prefix and the container of the task definition.
LOG_STREAM = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:log-stream:{{}}/{{}}/0a1b"
MODEL, NEXT_MODEL = "arn:aws:s3:::movie-models/1.0.0/model.txt", "arn:aws:s3:::movie-models/2.0.0/manifest.json"
PREDICTIONS = "arn:aws:s3:::movie-predictions/day=2026-11-20/0001.json"
OLDER = "arn:aws:s3:::movie-predictions/2025.parquet"
# The registry's password belongs to no repository: AWS takes `*` only.
LOGIN, EVERYWHERE = "ecr:GetAuthorizationToken", "*"
# (what is done, which role is asked, each action with a thing; in the order of night.py. The first one tells whose it
# is: a password for the registry alone reads nothing.)
ASKED = (
    (
        "pulling the image",
        "execution",
        (("ecr:BatchGetImage", REPOSITORY), ("ecr:GetDownloadUrlForLayer", REPOSITORY), (LOGIN, EVERYWHERE)),
    ),
    ("reading the model", "task", (("s3:GetObject", MODEL), ("s3:GetObject", NEXT_MODEL))),
    ("reading the key", "execution", (("secretsmanager:GetSecretValue", SECRET),)),
    ("writing predictions", "task", (("s3:PutObject", PREDICTIONS), ("s3:PutObject", OLDER))),
    ("writing the log", "execution", (("logs:CreateLogStream", LOG_STREAM), ("logs:PutLogEvents", LOG_STREAM))),
)
# What ECS says of itself when it takes a role for a task.
TAKING = {
    "aws:sourceaccount": ACCOUNT, "aws:sourcearn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/movie/0a1b",
    "sts:externalid": None,
}  # fmt: skip
# Wider than asked, and harmless: what AWS's own examples add.
HARMLESS = ("ecr:BatchCheckLayerAvailability", "logs:DescribeLogStreams", "s3:ListBucket", "kms:Decrypt")
# Things of other teams in the same account, by service; the last ones have names that begin as those of the contract.
FOREIGN = (
    ("ecr", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/payroll", "the images of other teams"),
    ("logs", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/payroll:log-stream:a", "the logs of other teams"),
    (
        "secretsmanager",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:payroll-1a2B3c",
        "the secrets of other teams",
    ),
    ("s3", "arn:aws:s3:::payroll/2026.csv", "the files of other teams"),
    ("kms", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b", "the keys of other teams"),
    ("ecr", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/movie-admin", "the repository `movie-admin`"),
    ("ecr", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/movie-service-admin", "the repository `movie-service-admin`"),
    (
        "logs",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/movie-admin:log-stream:a",
        "the group `/ecs/movie-admin`",
    ),
    (
        "logs",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/movie-service-admin:log-stream:a",
        "the group `/ecs/movie-service-admin`",
    ),
    (
        "secretsmanager",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:movie/card-key-1a2B3c",
        "the secret `movie/card-key`",
    ),
    (
        "secretsmanager",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:movie/pseudonym-key-old-1a2B3c",
        "the secret `movie/pseudonym-key-old`",
    ),
    ("s3", "arn:aws:s3:::movie-payroll/2026.csv", "the bucket `movie-payroll`"),
    ("s3", "arn:aws:s3:::movie-models-of-others/a.txt", "the bucket `movie-models-of-others`"),
    ("s3", "arn:aws:s3:::movie-predictions-of-others/a.json", "the bucket `movie-predictions-of-others`"),
)
OURS = (
    ("s3:PutObject", MODEL, "may write over the model"),
    ("s3:GetObject", PREDICTIONS, "may read all predictions"),
    ("s3:DeleteObject", PREDICTIONS, "may delete predictions"),
)
STANDARD = "AmazonECSTaskExecutionRolePolicy"
CAUSES = ("container", "path", "port", "patience")
