package dev.hopmeter.stack;

import java.util.Locale;

/** The machine's system and processor, as the packagers of server binaries name them. */
record Machine(boolean mac, boolean arm) {

    /** @throws StackException on a machine for which there are no binaries */
    static Machine here() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        boolean mac = system.toLowerCase(Locale.ROOT).startsWith("mac");
        boolean arm = processor.equals("aarch64");
        boolean intel = processor.equals("amd64") || processor.equals("x86_64");
        if (!(mac || system.equals("Linux")) || !(arm || intel)) {
            throw new StackException("no Postgres and Redis for " + system + " on " + processor
                    + ": the local stack runs on Linux and macOS, on 64-bit Intel and ARM processors");
        }
        return new Machine(mac, arm);
    }

    String postgresArchive() {
        return "postgres-" + (mac ? "darwin" : "linux") + "-" + (arm ? "arm_64" : "x86_64") + ".txz";
    }

    String redisExecutable() {
        if (mac) {
            return arm ? "redis-server-6.2.6-v5-darwin-arm64" : "redis-server-6.2.6-v5-darwin-amd64";
        }
        return arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
    }
}
