package dev.hopmeter.cdc;

/**
 * How far the acknowledged prefix reaches, as it is on disk.
 *
 * @param lsn the farthest place in the write-ahead log that it names
 * @param snapshotUnderWay whether the first reading of the table had not ended there
 */
record StoredPosition(long lsn, boolean snapshotUnderWay) {}
