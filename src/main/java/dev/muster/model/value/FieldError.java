package dev.muster.model.value;

/// One thing wrong with one field of a request.
///
/// @param field the field's name in the domain, such as `email`; empty for the request as a whole
/// @param code the rule that was broken, such as `too_long`, for programs
/// @param message the same for people, a sentence
public record FieldError(String field, String code, String message) {}
