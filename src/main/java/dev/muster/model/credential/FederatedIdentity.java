package dev.muster.model.credential;

/// Who somebody is at an identity provider. Issuer and subject together never change and are never given to
/// somebody else (OpenID Connect Core, section 5.7); names and e-mail addresses are.
///
/// @param issuer the provider's issuer, as its ID tokens say it
/// @param subject the user there, at most 255 characters
public record FederatedIdentity(String issuer, String subject) {}
