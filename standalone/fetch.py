"""Part of the set-up: `python -m standalone.fetch` brings Kafka and Postgres; done before, it only verifies."""

import sys

from standalone.jars import RefusedJar, bring, kafka_jars, postgres_jar
from standalone.postgres_binaries import unpacked


def main() -> int:
    try:
        jars = bring([*kafka_jars(), postgres_jar()])
        unpacked()
    except (RefusedJar, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(jars)} jars verified\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
