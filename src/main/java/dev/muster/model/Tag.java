package dev.muster.model;

/// What a user is to the organisation. A guest is in no group and no policy, and always of rank `REGULAR`.
public enum Tag {
    USER,
    GUEST
}
