package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.windows.InstanceAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.support.StaticApplicationContext;

class MembersTest {

    private final List<Integer> lost = new ArrayList<>();

    @Test
    void keysLieInAllPartitions() {
        Set<Integer> partitions = new TreeSet<>();
        for (int i = 0; i < 10_000; i++) {
            partitions.add(Members.partition("region-" + i + "/kind"));
        }

        assertThat(partitions).hasSize(Members.PARTITIONS);
    }

    @Test
    void aloneItOwnsEverythingAlsoBeforeItIsRegistered() {
        Members members = members("u-1");
        assertThat(ownedBy(members)).containsOnlyKeys("here");

        members.see(List.of(member(1)));

        assertThat(ownedBy(members)).containsOnlyKeys("here");
        assertThat(members.hasOthers()).isFalse();
        assertThat(lost).isEmpty();
    }

    @Test
    void everyInstanceAgreesWhoOwnsWhatAndEachHasAFairShare() {
        Members first = members("u-1");
        Members second = members("u-2");
        List<Members.Member> alive = List.of(member(1), member(2), member(3));
        first.see(alive);
        lost.clear();
        second.see(alive);

        int mine = 0;
        for (int partition = 0; partition < Members.PARTITIONS; partition++) {
            InstanceAddress byFirst = first.other(partition);
            InstanceAddress bySecond = second.other(partition);
            assertThat(byFirst == null ? member(1).address() : byFirst)
                    .isEqualTo(bySecond == null ? member(2).address() : bySecond);
            mine += bySecond == null ? 1 : 0;
        }
        assertThat(mine).isBetween(Members.PARTITIONS / 5, Members.PARTITIONS / 2);
        assertThat(lost).hasSize(Members.PARTITIONS - mine);
    }

    @Test
    void oneThatGoesLeavesItsShareAndMovesNoOther() {
        Members first = members("u-1");
        first.see(List.of(member(1), member(2), member(3)));
        Map<Integer, InstanceAddress> before = others(first);
        lost.clear();

        first.see(List.of(member(1), member(2)));

        assertThat(lost).isEmpty();
        before.forEach((partition, owner) -> {
            if (owner.port() == 2) {
                assertThat(first.other(partition)).isEqualTo(owner);
            }
        });
    }

    private static Map<String, Integer> ownedBy(Members members) {
        Map<String, Integer> owned = new HashMap<>();
        for (int partition = 0; partition < Members.PARTITIONS; partition++) {
            InstanceAddress other = members.other(partition);
            owned.merge(other == null ? "here" : other.text(), 1, Integer::sum);
        }
        return owned;
    }

    private static Map<Integer, InstanceAddress> others(Members members) {
        Map<Integer, InstanceAddress> others = new HashMap<>();
        for (int partition = 0; partition < Members.PARTITIONS; partition++) {
            InstanceAddress other = members.other(partition);
            if (other != null) {
                others.put(partition, other);
            }
        }
        return others;
    }

    private static Members.Member member(int number) {
        return new Members.Member("u-" + number, new InstanceAddress("127.0.0.1", number));
    }

    private Members members(String self) {
        JdbcConnectionDetails nowhere = new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "nobody";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return "jdbc:postgresql://127.0.0.1:1/nowhere";
            }
        };
        return new Members(
                new PrimaryAddress(nowhere, Duration.ofSeconds(1)),
                self,
                CompletableFuture.completedFuture(new InstanceAddress("127.0.0.1", 1)),
                Duration.ofHours(1),
                new EmergencyStop(new StaticApplicationContext()),
                lost::add,
                new SimpleMeterRegistry());
    }
}
