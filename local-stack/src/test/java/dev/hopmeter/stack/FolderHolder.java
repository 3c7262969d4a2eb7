package dev.hopmeter.stack;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The main class of a JVM that tests kill: it holds a folder with real parts, and a process that ignores SIGTERM. */
final class FolderHolder {

    private FolderHolder() {}

    static void main(String[] arguments) throws InterruptedException {
        try (StackFolder folder = StackFolder.create()) {
            PostgresPart postgres = PostgresPart.start(folder, Map.of());
            RedisPart redis = RedisPart.start(folder, Map.of());
            BrokersPart brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
            Child stubborn = folder.launch(
                    "stubborn",
                    List.of("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done", folder.path() + "/stubborn"),
                    folder.path(),
                    Map.of());
            System.out.println("folder " + folder.path());
            for (long pid : List.of(postgres.pid(), redis.pid(), brokers.pids().getFirst(), stubborn.pid())) {
                System.out.println("pid " + pid);
            }
            System.out.println("holding");
            Thread.sleep(Duration.ofMinutes(10));
        }
    }
}
