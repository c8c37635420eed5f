/// Files and folders that only their owner can read. May use only the JDK and `StorageException`.
@NullMarked
package dev.muster.storage.files;

import org.jspecify.annotations.NullMarked;
