# States behind actors: who speaks for a state, through dated affiliations, and who belongs to a collective.

# Return the actors with their kinds and affiliations. Days are numbers, so that they can be compared one by one.
actors_of <- function(data) {
  known <- data$affiliations[!is.na(data$affiliations$organisation_id), ]
  reported <- known$date_from
  reported[is.na(reported)] <- known$date_to[is.na(reported)]
  ties <- data.frame(
    organisation_id = known$organisation_id,
    relation = as.character(known$relation),
    since = ifelse(is.na(reported), -Inf, as.numeric(reported))
  )
  inside <- known$relation == "member_of"
  list(
    states = data$actors$actor_id[data$actors$kind == "state"],
    collectives = data$actors$actor_id[data$actors$kind == "group"],
    ties = split(ties, known$actor_id),
    members = split(known$actor_id[inside], known$organisation_id[inside])
  )
}

# Return dates as numbers; a missing date is later than all others, so that the latest affiliation counts.
days <- function(dates) ifelse(is.na(dates), Inf, as.numeric(dates))

unlist_text <- function(values) as.character(unlist(values, use.names = FALSE))

# Return the organisations that an actor speaks for on a day, the latest reported first. Affiliations reported only
# later come last, the earliest of them first. A member of a body does not speak for the state through it. An office
# that a source calls former counts only before that, unless the same source reports another office there.
speaks_for <- function(actor, day, actors) {
  ties <- actors$ties[[actor]]
  bodies <- ties$organisation_id[ties$relation == "member_of"]
  ties <- ties[ties$relation %in% c("office", "part_of", "former_office") & !(ties$organisation_id %in% bodies), ]
  later <- ties$since > day
  former <- ties$relation == "former_office"
  ties <- ties[order(later, ifelse(later, ties$since, -ties$since), former, method = "radix"), ]
  ties$organisation_id[!duplicated(ties$organisation_id) & ties$relation != "former_office"]
}

# Return the state that an actor is or speaks for on a day; NA if there is none.
state_of <- function(actor, day, actors) {
  waiting <- seen <- actor
  while (length(waiting)) {
    if (waiting[1] %in% actors$states) {
      return(waiting[1])
    }
    further <- setdiff(speaks_for(waiting[1], day, actors), seen)
    seen <- c(seen, further)
    waiting <- c(waiting[-1], further)
  }
  NA_character_
}

# Return the state of each actor on a day; each pair of actor and day is looked up once.
states_of <- function(ids, dates, data) {
  actors <- actors_of(data)
  day <- days(dates)
  key <- paste(ids, day)
  first <- which(!duplicated(key))
  found <- unlist_text(Map(state_of, ids[first], day[first], MoreArgs = list(actors)))
  found[match(key, key[first])]
}

# Return the members of a collective actor, those of its member collectives included. Organisations, bodies and armed
# groups act in their own name and have none here.
members_of <- function(actor, actors) {
  found <- character()
  waiting <- seen <- actor
  while (length(waiting)) {
    current <- waiting[1]
    below <- if (current %in% actors$collectives) actors$members[[current]]
    if (current != actor && !length(below)) {
      found <- c(found, current)
    }
    further <- setdiff(below, seen)
    seen <- c(seen, further)
    waiting <- c(waiting[-1], further)
  }
  found
}

# Return the actors that a statement counts for at the level of states: the state of the actor, those of the members of
# a collective, or the actor itself.
at_state_level <- function(actor, day, actors) {
  own <- state_of(actor, day, actors)
  if (!is.na(own)) {
    return(own)
  }
  members <- members_of(actor, actors)
  states <- unlist_text(lapply(members, state_of, day, actors))
  counted <- unique(ifelse(is.na(states), members, states))
  if (length(counted)) counted else actor
}

# Return the positions with one row for each state, or actor without a state, that they count for.
count_for_states <- function(positions, actors) {
  counted <- Map(at_state_level, positions$claimant_id, days(positions$date_to), MoreArgs = list(actors))
  frame <- positions[rep(seq_along(counted), lengths(counted)), ]
  frame$claimant_id <- unlist_text(counted)
  frame
}
