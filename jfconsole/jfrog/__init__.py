"""The JFrog wire: requests, transport, errors. Nothing above knows a URL."""
