"""All situations of the corpus."""

from corpus import (
    arm_flexible,
    arm_language,
    arm_uniform,
    live_answers,
    pulumi_stacks,
    terraform_flexible,
    terraform_uniform,
)
from corpus.situation import Situation

SITUATIONS: tuple[Situation, ...] = (
    *arm_uniform.SITUATIONS,
    *arm_flexible.SITUATIONS,
    *arm_language.SITUATIONS,
    *terraform_uniform.SITUATIONS,
    *terraform_flexible.SITUATIONS,
    *pulumi_stacks.SITUATIONS,
    *live_answers.SITUATIONS,
)
