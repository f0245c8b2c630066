import sys
from http.client import HTTPConnection

connection = HTTPConnection("localhost", 8000, timeout=2)
try:
    connection.request("GET", "/health/ready")
    sys.exit(0 if connection.getresponse().status == 200 else 1)
except OSError as error:
    sys.exit(f"no answer: {error}")
