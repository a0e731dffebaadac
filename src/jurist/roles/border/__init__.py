"""The border that roles which leave this machine stand behind: pseudonyms out, meanings back.

A role behind it is told pseudonyms and is heard as if it had been told the originals. All other
roles (proof, the interpreter, offline ones) see things as they are.
"""
