"""The local JWT issuer: sealed vault, store, keys and their rotation, minting, documents, public server."""
