"""All situations of the corpus."""

from corpus import (
    arm_disks,
    arm_flexible,
    arm_images,
    arm_language,
    arm_machines,
    arm_uniform,
    compiled_bicep,
    live_answers,
    pulumi_stacks,
    terraform_flexible,
    terraform_uniform,
)
from corpus.situation import Situation

SITUATIONS: tuple[Situation, ...] = (
    *arm_uniform.SITUATIONS,
    *arm_images.SITUATIONS,
    *arm_flexible.SITUATIONS,
    *arm_disks.SITUATIONS,
    *arm_machines.SITUATIONS,
    *arm_language.SITUATIONS,
    *compiled_bicep.SITUATIONS,
    *terraform_uniform.SITUATIONS,
    *terraform_flexible.SITUATIONS,
    *pulumi_stacks.SITUATIONS,
    *live_answers.SITUATIONS,
)
