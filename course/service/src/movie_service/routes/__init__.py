"""The addresses of the service, a module per topic."""

from movie_service.routes import admin, docs, events, feedback, health, metrics, model, models, predict, stream, token

# /predict first: a router asks its routes in order.
ROUTERS = (
    predict.router,
    events.router,
    stream.router,
    feedback.router,
    health.router,
    model.router,
    models.router,
    models.listing,
    metrics.router,
    admin.router,
    token.router,
    docs.router,
)
