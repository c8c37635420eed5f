/// Creates files and folders that only their owner can read. This package may use only the JDK and `StorageException`.
@NullMarked
package dev.muster.storage.files;

import org.jspecify.annotations.NullMarked;
