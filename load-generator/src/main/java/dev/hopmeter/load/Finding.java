package dev.hopmeter.load;

import java.util.List;
import java.util.Map;

/**
 * What a workload's own check has come to.
 *
 * @param word its name in files
 * @param text for a reader
 * @param figures for a program
 * @param against whether it speaks against the trial
 */
record Finding(String word, String text, Map<String, Object> figures, boolean against) {

    /** Those of them that speak against a trial, each in words. */
    static List<String> against(List<Finding> findings) {
        return findings.stream()
                .filter(Finding::against)
                .map(finding -> finding.word() + ": " + finding.text())
                .toList();
    }
}
