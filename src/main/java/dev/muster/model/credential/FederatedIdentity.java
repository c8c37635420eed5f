package dev.muster.model.credential;

/// A person's identity at an identity provider. The combination of issuer and subject never changes and is never
/// reassigned, unlike names and e-mail addresses (OpenID Connect Core, section 5.7).
///
/// @param issuer the issuer, as in the provider's ID tokens
/// @param subject the provider's identifier for the person, at most 255 characters
public record FederatedIdentity(String issuer, String subject) {}
