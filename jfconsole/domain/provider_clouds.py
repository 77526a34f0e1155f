"""Clouds and clusters: EKS, AKS, GKE, OpenShift, Entra ID, Google service accounts, AWS Cognito."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.integrations import ProviderType
from jfconsole.domain.providers import EXACT, ClaimType, KnownClaim, Provider

_ACCOUNT: Final = "system:serviceaccount:<namespace>:<service account>"

_KUBERNETES: Final = (
    KnownClaim(
        place=("sub",),
        example="system:serviceaccount:ci:builder",
        meaning="Namespace and service account",
        binds=r"system:serviceaccount:[^:*]+:",
        pins=r"system:serviceaccount:[^:*]+:[^:*]+$",
    ),
    KnownClaim(
        place=("kubernetes.io", "namespace"),
        example="ci",
        meaning="The namespace",
        binds=EXACT,
    ),
    KnownClaim(place=("kubernetes.io", "serviceaccount", "name"), example="builder", meaning="The service account"),
    KnownClaim(
        place=("kubernetes.io", "serviceaccount", "uid"),
        example="0184…",
        meaning="The service account's id, which ends with it",
        binds=EXACT,
        pins=EXACT,
        immutable=True,
    ),
    KnownClaim(place=("kubernetes.io", "pod", "name"), example="build-7", meaning="The pod"),
)
_CACHE: Final = "A kubelet keeps the token for hours: let it live as long as the kubelet's cache"

CLOUDS: Final = (
    Provider(
        id="eks",
        title="Amazon EKS",
        issuer="https://oidc.eks.<region>.amazonaws.com/id/<id>",
        issuers=r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/[0-9A-Za-z]+",
        provider_type=ProviderType.GENERIC,
        audience="sts.amazonaws.com",
        subjects=(_ACCOUNT,),
        claims=_KUBERNETES,
        notes=(_CACHE,),
    ),
    Provider(
        id="aks",
        title="Azure AKS",
        issuer="https://<region>.oic.prod-aks.azure.com/<tenant id>/<id>/",
        issuers=r"[a-z0-9-]+\.oic\.prod-aks\.azure\.com/[^/]+/[^/]+",
        provider_type=ProviderType.AZURE,
        subjects=(_ACCOUNT,),
        claims=_KUBERNETES,
        notes=("Write the slash at the end as the discovery document has it", _CACHE),
    ),
    Provider(
        id="gke",
        title="Google GKE",
        issuer="https://container.googleapis.com/v1/projects/<project>/locations/<location>/clusters/<cluster>",
        issuers=r"container\.googleapis\.com/v1/projects/[^/]+/(?:locations|zones)/[^/]+/clusters/[^/]+",
        provider_type=ProviderType.GENERIC,
        subjects=(_ACCOUNT,),
        claims=_KUBERNETES,
        notes=(_CACHE,),
    ),
    Provider(
        id="openshift",
        title="OpenShift, ROSA, ARO",
        issuer="<oc get authentication cluster -o jsonpath={.spec.serviceAccountIssuer}>",
        provider_type=ProviderType.GENERIC,
        subjects=(_ACCOUNT,),
        claims=_KUBERNETES,
        notes=("The JFrog Platform must be able to reach the issuer", _CACHE),
    ),
    Provider(
        id="entra",
        title="Microsoft Entra ID",
        issuer="https://login.microsoftonline.com/<tenant id>/v2.0",
        issuers=(
            r"(?:login\.microsoftonline\.com|login\.partner\.microsoftonline\.cn|sts\.windows\.net)"
            r"/(?!common|organizations|consumers)[^/]+(?:/v2\.0)?"
        ),
        provider_type=ProviderType.AZURE,
        audience="<application id, or its App ID URI>",
        claims=(
            KnownClaim(place=("sub",), example="0184…", meaning="Who the token is for", binds=EXACT, pins=EXACT),
            KnownClaim(
                place=("oid",), example="0185…", meaning="The object's id", binds=EXACT, pins=EXACT, immutable=True
            ),
            KnownClaim(place=("azp",), example="0186…", meaning="The application (version 2)", binds=EXACT, pins=EXACT),
            KnownClaim(
                place=("appid",), example="0186…", meaning="The application (version 1)", binds=EXACT, pins=EXACT
            ),
            KnownClaim(place=("tid",), example="0187…", meaning="The tenant"),
            KnownClaim(place=("idtyp",), example="app", meaning="app for an application's own token"),
            KnownClaim(place=("roles",), example='["Pull"]', meaning="Application roles", type=ClaimType.LIST),
            KnownClaim(place=("groups",), example='["…"]', meaning="Ids of groups", type=ClaimType.LIST),
            KnownClaim(place=("ver",), example="2.0", meaning="The token's version"),
        ),
        notes=(
            "Version 1 tokens have the issuer https://sts.windows.net/<tenant id>/: set the token issuer to it, or ask "
            "the application for version 2 tokens",
            "Applications with signing keys of their own need their id in azure_app_id",
        ),
    ),
    Provider(
        id="google",
        title="Google service accounts",
        issuer="https://accounts.google.com",
        issuers=r"accounts\.google\.com",
        provider_type=ProviderType.GENERIC,
        shared=True,
        subjects=("<the account's numeric unique id>",),
        claims=(
            KnownClaim(
                place=("sub",),
                example="113772345678901234567",
                meaning="The account's unique id, not its address",
                binds=EXACT,
                pins=EXACT,
                immutable=True,
            ),
            KnownClaim(
                place=("email",),
                example="ci@acme.iam.gserviceaccount.com",
                meaning="The account's address",
                binds=EXACT,
                pins=EXACT,
            ),
            KnownClaim(
                place=("email_verified",), example="true", meaning="Whether it is verified", type=ClaimType.FLAG
            ),
            KnownClaim(place=("azp",), example="1137…", meaning="Who asked for the token"),
            KnownClaim(place=("google",), example="{…}", meaning="About the machine", type=ClaimType.OBJECT),
        ),
        notes=("iss has no slash at the end",),
    ),
    Provider(
        id="cognito",
        title="AWS Cognito",
        issuer="https://cognito-idp.<region>.amazonaws.com/<pool>",
        issuers=r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com/[^/]+",
        provider_type=ProviderType.GENERIC,
        claims=(
            KnownClaim(place=("client_id",), example="3n4b…", meaning="The app client", binds=EXACT, pins=EXACT),
            KnownClaim(place=("sub",), example="3n4b…", meaning="The app client, or a user", binds=EXACT, pins=EXACT),
            KnownClaim(place=("scope",), example="jfrog/pull", meaning="What the client asked for"),
            KnownClaim(place=("token_use",), example="access", meaning="access or id"),
            KnownClaim(place=("version",), example="2", meaning="The token's version", type=ClaimType.NUMBER),
            KnownClaim(
                place=("auth_time",), example="1800000000", meaning="When, in epoch seconds", type=ClaimType.NUMBER
            ),
        ),
        notes=("Client-credentials tokens have no aud: leave the audience empty, and match client_id",),
    ),
)
