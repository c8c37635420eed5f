package dev.muster.model.value;

/// An error in one field of a request.
///
/// @param field the field's name in the domain, such as `email`; empty for the request as a whole
/// @param code the code of the violated rule, such as `too_long`, for programs
/// @param message a sentence that describes the error for people
public record FieldError(String field, String code, String message) {}
