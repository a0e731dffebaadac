"""How far judges agree with people and with proofs: report cards."""
