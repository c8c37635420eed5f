package dev.muster.model;

/// What a user, key or operator may do to others' ranks. In ascending order.
public enum Rank {
    REGULAR,
    ADMIN,
    SUPER
}
