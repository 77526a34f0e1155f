"""A few of Acme's files: enough that reading, and being refused, means something."""

import gzip
import hashlib
import json

from jfconsole.sandbox.records import ArtifactRecord
from jfconsole.sandbox.seed.objects import DAY, Moment, artifact

_CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
_LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"

# repository, path, deployed by, days ago
_FILES: tuple[tuple[str, str, str, float], ...] = (
    ("libs-release-local", "com/acme/shop/shop-core/4.2.0/shop-core-4.2.0.pom", "aisha.khan", 12),
    ("libs-release-local", "com/acme/shop/shop-core/4.3.0/shop-core-4.3.0.pom", "aisha.khan", 3),
    ("libs-release-local", "com/acme/experimental/ml/0.1.0/ml-0.1.0.pom", "jonas.berg", 40),
    ("libs-snapshot-local", "com/acme/shop/shop-core/4.4.0-SNAPSHOT/shop-core-4.4.0.pom", "ci-shop", 0.2),
    ("npm-local", "@acme-open/buttons/-/buttons-2.0.1.json", "ci-mobile", 8),
    ("npm-local", "@acme/checkout/-/checkout-5.1.0.json", "ci-shop", 1),
    ("pypi-local", "acme-forecast/1.9.0/METADATA.txt", "ci-data", 5),
    ("helm-local", "shop/shop-4.3.0.yaml", "ci-shop", 3),
    ("models-local", "churn/2026-10/model-card.md", "ci-data", 21),
    ("generic-tools-local", "edge/agent/3.0/install.sh", "mirror", 220),
    # In the caches of remote repositories: what READ alone can reach.
    ("maven-central-remote", "org/slf4j/slf4j-api/2.0.16/slf4j-api-2.0.16.pom", "ci-shop", 60),
    ("npmjs-remote", "left-pad/-/left-pad-1.3.0.json", "renovate", 300),
)
_IMAGES: tuple[tuple[str, str, str, float], ...] = (
    ("docker-prod-local", "shop/4.2.0", "ci-shop", 12),
    ("docker-prod-local", "shop/4.3.0", "ci-shop", 3),
    ("docker-prod-local", "warehouse/2.8.1", "old-jenkins", 410),
    ("docker-dev-local", "shop/4.4.0-dev", "ci-shop", 0.2),
    ("docker-hub-remote", "library/alpine/3.20", "k8s-prod", 45),
)


def artifacts(moment: Moment) -> list[ArtifactRecord]:
    """One or a few in most repositories."""
    files = [
        artifact(moment, key, path, f"{path} of Acme\n", by=user, days_ago=days) for key, path, user, days in _FILES
    ]
    images = (made for row in _IMAGES for made in _image(moment, *row))
    return [*files, *images]


def _image(moment: Moment, repository: str, path: str, by: str, days_ago: float) -> list[ArtifactRecord]:
    """A manifest where Artifactory keeps it, with the configuration and the one layer that it names."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}})
    layer = gzip.compress(f"{path} of Acme\n".encode(), mtime=0)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "config": _descriptor(_CONFIG_TYPE, config.encode()),
        "layers": [_descriptor(_LAYER_TYPE, layer)],
    }
    parts = (
        ("manifest.json", json.dumps(manifest).encode(), _MANIFEST_TYPE),
        (_blob(config.encode()), config.encode(), _CONFIG_TYPE),
        (_blob(layer), layer, _LAYER_TYPE),
    )
    when = moment.now - days_ago * DAY
    return [
        ArtifactRecord(repository, f"{path}/{name}", content, when, by, when, by, media_type=kind)
        for name, content, kind in parts
    ]


def _descriptor(media_type: str, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {"mediaType": media_type, "size": len(content), "digest": f"sha256:{digest}"}


def _blob(content: bytes) -> str:
    return f"sha256__{hashlib.sha256(content).hexdigest()}"
