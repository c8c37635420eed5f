/// Files and folders that only their owner may read. May use nothing but the JDK and `StorageException`.
@NullMarked
package dev.muster.storage.files;

import org.jspecify.annotations.NullMarked;
