-- What a process made when it carried out a command, such as a replay: the answer to the mutation names it.
alter table troupe.command_answers add column made_id bigint;
