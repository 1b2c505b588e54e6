"""The WSGI entry for people who bring their own server: `gunicorn wsgi:application`.

Settings come from the environment; the tracking edge stands in front, Flask behind.
"""

from bridge.app import Lazily

application = Lazily()
