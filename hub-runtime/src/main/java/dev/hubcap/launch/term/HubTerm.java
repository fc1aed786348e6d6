package dev.hubcap.launch.term;

import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.RunControl;
import dev.hubcap.leadership.Term;
import dev.hubcap.run.BatchInfrastructure;

/**
 * What belongs to one term of leadership, for the parts of the hub that run only while it leads.
 * Nothing of it may be used after the term.
 *
 * @param launchRun the entrance, bound to this term: it refuses once the term is over, even if the
 *     hub leads again
 */
public record HubTerm(
    Term term, BatchInfrastructure infrastructure, LaunchRun launchRun, RunControl control) {}
