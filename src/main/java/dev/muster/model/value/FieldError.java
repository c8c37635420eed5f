package dev.muster.model.value;

/// An error in one field of a request.
///
/// @param field the field's name in the domain, such as `email`; empty for the request as a whole
/// @param code the violated rule, such as `too_long`, for programs
/// @param message describes the error in a sentence for people
public record FieldError(String field, String code, String message) {}
