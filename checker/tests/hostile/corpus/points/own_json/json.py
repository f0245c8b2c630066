def dumps(value, **kwargs):
    return '{"ok": "Hello Ada"}'


def loads(text, **kwargs):
    return {"ok": "Hello Ada"}
