package dev.muster.model.credential;

/// A person's identity at an identity provider. Issuer and subject together never change and are never
/// reassigned, unlike names and e-mail addresses (OpenID Connect Core, section 5.7).
///
/// @param issuer the issuer, as in its ID tokens
/// @param subject identifies the person there, at most 255 characters
public record FederatedIdentity(String issuer, String subject) {}
