<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

\defined('_JEXEC') or die;

use Joomla\CMS\Language\Text;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Names;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Panel;
use Leadbridge\Plugin\System\Leadbridge\Lead\Person;
use Leadbridge\Plugin\System\Leadbridge\Posting\Finding;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;

/**
 * @var list<Finding>|null                                        $findings    null: not tested yet
 * @var string                                                    $done        what a button did
 * @var bool                                                      $isComplete
 * @var array{waiting: int, parked: int, sent: int}               $counts
 * @var array{at: int, status: int, error: string}|null           $trouble
 * @var int                                                       $lastSuccess
 * @var array{exists: bool, enabled: bool, lastRun: string}       $task
 * @var list<Row>                                                 $parked
 */

$words = static fn (string $key, int|string ...$values): string => Panel::escape(
    $values === [] ? Text::_('PLG_SYSTEM_LEADBRIDGE_' . $key) : Text::sprintf('PLG_SYSTEM_LEADBRIDGE_' . $key, ...$values)
);
$sign = static fn (string $icon, string $kind): string => '<span class="icon-' . $icon . ' text-' . $kind . '" aria-hidden="true"></span>';
?>
<div class="leadbridge-lines" role="status">
    <?php if ($done !== '') : ?>
        <p class="leadbridge-line"><?php echo $sign('check', 'success'); ?> <span><?php echo Panel::escape($done); ?></span></p>
    <?php endif; ?>
    <?php if (!$isComplete) : ?>
        <p class="leadbridge-line"><?php echo $sign('info-circle', 'info'); ?> <span><?php echo $words('EXPLAIN_INCOMPLETE'); ?></span></p>
    <?php elseif ($findings === null && $done === '') : ?>
        <p class="leadbridge-line" data-leadbridge-untested><?php echo $sign('info-circle', 'info'); ?>
            <span><?php echo $words('UNTESTED'); ?></span></p>
    <?php endif; ?>
    <?php foreach ($isComplete ? $findings ?? [] : [] as $finding) : ?>
        <p class="leadbridge-line">
            <?php echo $finding->isAccepted ? $sign('check', 'success') : $sign('times', 'danger'); ?>
            <span>
                <?php if ($finding->form !== '') : ?>
                    <strong><?php echo Panel::escape($finding->title === '' ? $finding->form : $finding->title . ' (' . $finding->form . ')'); ?></strong>:
                <?php endif; ?>
                <?php echo Panel::escape(Panel::words($finding->explanation)); ?>
            </span>
        </p>
        <?php foreach ($finding->unmapped as $source => $fields) : ?>
            <p class="leadbridge-line"><?php echo $sign('exclamation-triangle', 'warning'); ?>
                <span><?php echo $words('WARN_UNMAPPED', $finding->form, Names::fields($fields), Names::source($source)); ?></span></p>
        <?php endforeach; ?>
        <?php foreach ($finding->unasked as $source => $purposes) : ?>
            <p class="leadbridge-line"><?php echo $sign('exclamation-triangle', 'warning'); ?>
                <span><?php echo $words('WARN_UNASKED', $finding->form, implode(', ', array_map(Names::box(...), $purposes)), Names::source($source)); ?></span></p>
        <?php endforeach; ?>
    <?php endforeach; ?>
</div>

<dl class="leadbridge-facts">
    <div><dt><?php echo $words('WAITING'); ?></dt><dd><?php echo $counts['waiting']; ?></dd></div>
    <div><dt><?php echo $words('PARKED'); ?></dt><dd><?php echo $counts['parked']; ?></dd></div>
    <div><dt><?php echo $words('SENT'); ?></dt><dd><?php echo $counts['sent']; ?></dd></div>
    <div><dt><?php echo $words('LAST_SUCCESS'); ?></dt>
        <dd><?php echo $lastSuccess > 0 ? Panel::moment($lastSuccess) : $words('NEVER'); ?></dd></div>
</dl>

<?php if ($trouble !== null) : ?>
    <p class="leadbridge-line"><?php echo $sign('exclamation-circle', $trouble['at'] > $lastSuccess ? 'danger' : 'muted'); ?>
        <span><?php echo $words('LAST_TROUBLE'); ?> (<?php echo Panel::moment($trouble['at']); ?>):
            <?php echo Panel::escape(Panel::reason($trouble['error'])); ?></span></p>
<?php endif; ?>

<p class="leadbridge-line">
    <?php if (!$task['exists']) : ?>
        <?php echo $sign('exclamation-triangle', 'warning'); ?> <span><?php echo $words('TASK_MISSING'); ?></span>
    <?php elseif (!$task['enabled']) : ?>
        <?php echo $sign('exclamation-triangle', 'warning'); ?> <span><?php echo $words('TASK_OFF'); ?></span>
    <?php elseif ($task['lastRun'] === '') : ?>
        <?php echo $sign('info-circle', 'info'); ?> <span><?php echo $words('TASK_NEW'); ?></span>
    <?php else : ?>
        <?php echo $sign('clock', 'muted'); ?> <span><?php echo $words('TASK_RAN'); ?>
            <?php echo Panel::moment((int) strtotime($task['lastRun'] . ' UTC')); ?></span>
    <?php endif; ?>
</p>

<div class="leadbridge-buttons">
    <button type="button" class="btn btn-primary" data-leadbridge-deed="test"<?php echo $isComplete ? '' : ' disabled'; ?>>
        <?php echo $words('BUTTON_TEST'); ?></button>
    <button type="button" class="btn btn-secondary" data-leadbridge-deed="send"<?php echo $isComplete && $counts['waiting'] > 0 ? '' : ' disabled'; ?>>
        <?php echo $words('BUTTON_SEND'); ?></button>
    <?php if ($parked !== []) : ?>
        <button type="button" class="btn btn-secondary" data-leadbridge-deed="resend"<?php echo $isComplete ? '' : ' disabled'; ?>>
            <?php echo $words('BUTTON_RESEND_ALL'); ?></button>
    <?php endif; ?>
</div>

<?php if ($parked !== []) : ?>
    <table class="table table-sm leadbridge-parked">
        <caption><?php echo $words('PARKED_CAPTION'); ?></caption>
        <thead>
            <tr>
                <th scope="col"><?php echo $words('PARKED_DATE'); ?></th>
                <th scope="col"><?php echo $words('PARKED_FORM'); ?></th>
                <th scope="col"><?php echo $words('PARKED_PERSON'); ?></th>
                <th scope="col"><?php echo $words('PARKED_REASON'); ?></th>
                <td></td>
            </tr>
        </thead>
        <tbody>
            <?php foreach ($parked as $row) : ?>
                <tr>
                    <td data-head="<?php echo $words('PARKED_DATE'); ?>"><?php echo Panel::moment($row->createdAt); ?></td>
                    <td data-head="<?php echo $words('PARKED_FORM'); ?>"><?php echo Panel::escape($row->form); ?></td>
                    <td data-head="<?php echo $words('PARKED_PERSON'); ?>" class="leadbridge-person"><?php echo Panel::escape(Person::of($row->body)); ?></td>
                    <td data-head="<?php echo $words('PARKED_REASON'); ?>"><?php echo Panel::escape(Panel::reason($row->lastError)); ?></td>
                    <td><div class="leadbridge-row-buttons"><button type="button" class="btn btn-sm btn-outline-secondary" data-leadbridge-deed="resend"
                        data-leadbridge-id="<?php echo $row->id; ?>"<?php echo $isComplete ? '' : ' disabled'; ?>><?php echo $words('BUTTON_RESEND'); ?></button>
                        <button type="button" class="btn btn-sm btn-outline-danger" data-leadbridge-deed="discard"
                        data-leadbridge-id="<?php echo $row->id; ?>" data-leadbridge-ask="<?php echo $words('ASK_DISCARD'); ?>"><?php echo $words('BUTTON_DISCARD'); ?></button></div></td>
                </tr>
            <?php endforeach; ?>
        </tbody>
    </table>
<?php endif; ?>
